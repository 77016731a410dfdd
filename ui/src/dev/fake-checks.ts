// A FAKE, for development and screenshots only: the checks, their words, and the kinds of examples.
import type { CheckCount, Flag, FlagCode, Kind, KindSetting } from "../ipc/bindings";

type Check = Pick<CheckCount, "code" | "title" | "sentence">;

const check = (code: FlagCode, title: string, sentence: string): Check => ({ code, title, sentence });
export const checks: Check[] = [
  check("too_short", "Very short", "Texts under 200 characters: they teach how to stop, and little else."),
  check("mostly_quotation", "Mostly quotation", "More than half is other people's words. The model would learn to write them as yours."),
  check("near_duplicate", "Much like another", "Most of the text stands in another post too, so the model would learn it twice."),
  check("gives_answer_away", "The prompt tells the answer", "The prompt holds the text it asks for, so there is nothing to learn."),
  check("contradictory", "Same question, other answer", "The same prompt asks for different texts. The model can only guess which."),
  check("summary_too_short", "Short for a summary", "Summaries under 500 characters."),
  check("duplicate", "Same as another", "The text stands in another post word for word."),
  check("mostly_list", "Mostly lists", "More than half is lists."),
  check("mostly_links", "Mostly links", "More than half is links to elsewhere."),
  check("other_language", "Another language", "It is written in another language than most of your posts."),
  check("truncated", "Only a preview", "Only the beginning of the post is public."),
  check("guest_post", "Another author", "Someone else signed the post."),
  check("boilerplate", "Stands everywhere", "Paragraphs that stand in many posts word for word."),
  check("drafted_here", "Drafted here", "Words that a model of yours drafted."),
  check("personal_data", "Personal details", "An address, a telephone number or a name that may not be meant for a model."),
  check("too_long", "Too long", "More tokens than the model takes at once; it is cut at a paragraph."),
];

const reasons: Partial<Record<FlagCode, string>> = {
  too_short: "The text has 168 characters. So short a text teaches how to stop, and little else.",
  mostly_quotation: "Two of its three paragraphs are other people's words. The model would learn to write them as yours.",
  near_duplicate: "Four of its six paragraphs stand in “A wheel is an argument” too. The model would learn them twice.",
  gives_answer_away: "The prompt holds the first 96 characters of the text it asks for.",
  personal_data: "It holds a telephone number: 0151 …",
};
export const flagOf = (code: FlagCode): Flag => ({ code, reason: reasons[code] ?? "It is worth a look." });

type KindWords = Pick<KindSetting, "kind" | "sentence">;
const kind = (name: Kind, sentence: string): KindWords => ({ kind: name, sentence });
export const kinds: KindWords[] = [
  kind("completion", "The whole post, begun by itself."),
  kind("instruction", "The post, when asked for by its title."),
  kind("question", "Questions about a post. Off, as they contradict each other."),
  kind("section", "A section, when asked for by its heading."),
  kind("continue", "What follows, when the beginning is there."),
  kind("brief", "The post, from notes of what it says."),
  kind("rewrite", "A paragraph, from the same in plain words."),
  kind("imported", "Examples from a file of yours."),
];
