// A FAKE, for development and screenshots only: the invented blog of an invented bicycle mechanic.
import type { PostState } from "../ipc/bindings";

export const blogTitle = "The Truing Stand";
export const address = "https://truingstand.example/feed";

const titles = [
  "A wheel is an argument", "What the rain does to a chain", "The customer who wanted it louder", "On leaving a bolt alone",
  "Notes from the week the power went", "Second-hand frames, first-hand regret", "A short defence of the bell", "Grease",
  "What I tell apprentices on the first day", "Members only: the long bearing", "The hill behind the shop", "Spokes, counted twice",
  "Things left in panniers", "Why the door sticks", "The quiet freewheel", "My father's torque wrench",
  "How to be overtaken", "An inventory of small screws", "The bicycle that came back", "Winter hours",
];

const sentences = [
  "A bicycle comes in with a noise and an explanation, and the explanation is almost never about the noise.",
  "I listened. I always listen first.",
  "There is a kind of quiet that a true wheel makes, and you hear it with your hands.",
  "The spoke was not broken; it was only tired of being asked.",
  "You may disagree. Most people who own a torque wrench do.",
  "My father kept his in a sock.",
  "I have been wrong about rims (twice, expensively) and about people rather more often than that.",
  "So I took it apart, which is the mechanic's way of thinking out loud.",
  "Nothing in a shop is ever lost. It is merely under something that you were right to put there.",
  "A customer once asked me whether it was worth saving; I said that it had already been saved, by him, every morning for eleven years, and that all I was doing was the paperwork.",
  "That is the whole trick.",
  "The rain got in where the rain gets in.",
  "And then, because it was Thursday, the kettle.",
  "I would sooner leave a bolt alone than teach it to be loose.",
  "He paid in coins and in advice, and the coins were the better currency.",
  "What I mean is that a thing can be straight without being true.",
];

function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9) | 0;
    return ((state >>> 0) % 100_000) / 100_000;
  };
}

function paragraph(next: () => number): string {
  const length = 2 + Math.floor(next() * 4);
  const start = Math.floor(next() * sentences.length);
  return Array.from({ length }, (_, i) => sentences[(start + i * 3) % sentences.length]).join(" ");
}

export type FakePost = {
  id: number; title: string; markdown: string; html: string; words: number; date: string;
  state: PostState; held_out: boolean;
};

const first = `A bicycle comes in with a noise and an explanation, and the explanation is almost never about the noise. This one was a tick, once per turn, and the owner had decided that it was the pedals because the pedals were new.

I listened. I always listen first. Then I put it in the stand, which is where a bicycle stops being an opinion.

A wheel is an *argument* between thirty-two spokes. Each of them pulls, none of them agrees, and what you ride on is the compromise.[^1] Tighten one because you dislike it and you will hear from its neighbours.

> The spoke was not broken; it was only tired of being asked.

So I did what one does: a quarter turn here, a quarter turn away from it there, and a long look at nothing in particular. You may disagree. Most people who own a torque wrench do.

It took nine minutes to true and forty to explain, and he rode off with the pedals he had come in with. The tick went with him as far as the corner. Then it stopped, and I put the kettle on.

[^1]: My father said a committee. He had sat on some.`;

export function toHtml(markdown: string): string {
  const inline = (text: string) =>
    text
      .replace(/&/g, "&amp;").replace(/</g, "&lt;")
      .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
      .replace(/\*(.+?)\*/g, "<em>$1</em>")
      .replace(/\[([^\]^]+)\]\((https?:[^)]+)\)/g, '<a href="$2">$1</a>')
      .replace(/\[\^(\w+)\](?!:)/g, '<sup class="footnote-reference"><a href="#fn-$1">$1</a></sup>');
  return markdown
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== "")
    .map((block) => {
      const heading = /^(#{1,4}) (.*)$/s.exec(block);
      if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? "")}</h${heading[1]?.length}>`;
      const note = /^\[\^(\w+)\]: (.*)$/s.exec(block);
      if (note) return `<div class="footnote-definition" id="fn-${note[1]}"><sup>${note[1]}</sup><p>${inline(note[2] ?? "")}</p></div>`;
      if (block.startsWith("> ")) return `<blockquote><p>${inline(block.replace(/^> ?/gm, ""))}</p></blockquote>`;
      if (/^- /.test(block)) return `<ul>${block.split("\n").map((line) => `<li>${inline(line.slice(2))}</li>`).join("")}</ul>`;
      return `<p>${inline(block)}</p>`;
    })
    .join("\n");
}

function fakePost(title: string, i: number): FakePost {
  const next = random(i + 3);
  const long = 4 + Math.floor(next() * 9);
  const markdown = i === 0 ? first : Array.from({ length: long }, () => paragraph(next)).join("\n\n");
  const state = i === 9 ? "truncated" : i === 13 ? "excluded" : i === 6 ? "changed" : "included";
  return {
    id: i + 1, title, markdown, html: toHtml(markdown),
    words: i === 9 ? 120 : (markdown.match(/\S+/g)?.length ?? 0) * (i === 0 ? 1 : 2),
    date: new Date(Date.UTC(2026, 10, 19 - i * 9)).toISOString(),
    state, held_out: i < 4,
  };
}

export const posts: FakePost[] = titles.map(fakePost);

/** The archive behind the feed: 192 more. */
export const olderPosts: FakePost[] = Array.from({ length: 192 }, (_, i) => {
  const title = titles[(i * 7 + 3) % titles.length] ?? "";
  return fakePost(`${title}, ${["again", "revisited", "a year on", "the second letter"][i % 4]}`, i + titles.length);
});

export const modelText = `There is a bell on every bicycle that comes through the door, and on most of them the bell is the only honest part.

I do not say this against brakes. Brakes do what they can. But a bell says one thing, at one pitch, and means it, and nobody has ever adjusted a bell to flatter himself.

A customer asked me last week for a quieter one. I said that what he wanted was a door. He thought about that for a while, and then he bought the bell, which is how most arguments in this shop are won: by leaving the thing on the counter and going to put the kettle on.`;
