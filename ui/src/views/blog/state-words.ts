// How a post stands, in a word for the table and a sentence for its page.
import type { Post } from "../../ipc/bindings";

export type Standing = { word: string; tone: "plain" | "accent" | "warn" | "off" | "aside"; sentence: string | null };

export function standing(post: Pick<Post, "state" | "held_out">): Standing {
  if (post.state === "excluded") return { word: "left out", tone: "off", sentence: "Left out: the model does not learn from it." };
  if (post.state === "truncated") {
    return { word: "preview only", tone: "warn", sentence: "Only a preview of it is public: left out, unless you say otherwise." };
  }
  if (post.state === "draft") {
    return { word: "draft", tone: "aside", sentence: "A draft, never published: left out, unless you say otherwise." };
  }
  if (post.state === "page") {
    return { word: "page", tone: "aside", sentence: "A page of the site, not a post: left out, unless you say otherwise." };
  }
  if (post.state === "unpublished") {
    return { word: "gone", tone: "aside", sentence: "No longer on the blog. It stays here, left out unless you say otherwise." };
  }
  if (post.held_out) {
    return { word: "held out", tone: "accent", sentence: "Held out: the model never trains on it and is tested on it." };
  }
  if (post.state === "changed") return { word: "edited", tone: "warn", sentence: "Edited on the blog since it was first read." };
  return { word: "in", tone: "plain", sentence: null };
}
