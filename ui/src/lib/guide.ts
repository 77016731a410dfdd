// How each platform gives an author their posts as a file. Menus move: the words stay general where they may.
import type { Source } from "../ipc/bindings";

export type Platform = "substack" | "wordpress" | "ghost" | "medium" | "blogger" | "other";
export type Guide = { name: string; steps: string[]; best: "file" | "folder" };

export const platforms: Record<Platform, Guide> = {
  substack: {
    name: "Substack",
    best: "file",
    steps: [
      "Open your publication's settings on Substack.",
      "Go to Import / Export, or Exports, and press New export.",
      "When it is ready, download the zip file. Leave it zipped.",
      "Choose it here. Paid posts are in it whole; drafts come in marked.",
    ],
  },
  wordpress: {
    name: "WordPress",
    best: "file",
    steps: [
      "Open your site's dashboard, then Tools and Export.",
      "Choose All content, or Posts, and download the export file.",
      "It ends in .xml. If it came zipped, unzip it first.",
      "Choose it here.",
    ],
  },
  ghost: {
    name: "Ghost",
    best: "file",
    steps: [
      "Open Ghost Admin, then Settings.",
      "Under Advanced, find Import / Export and choose Export.",
      "Export the content. You get a file that ends in .json.",
      "Choose it here.",
    ],
  },
  medium: {
    name: "Medium",
    best: "file",
    steps: [
      "Open your settings on Medium, then Security and apps.",
      "At the end of the page, choose Download your information.",
      "Medium sends you a mail with a link. Download the zip file and leave it zipped.",
      "Choose it here.",
    ],
  },
  blogger: {
    name: "Blogger",
    best: "file",
    steps: [
      "Open your blog on Blogger, then Settings.",
      "Under Manage blog, choose Back up content and download it.",
      "Google Takeout gives the same: choose only Blogger there.",
      "Choose the file here.",
    ],
  },
  other: {
    name: "Other",
    best: "folder",
    steps: [
      "Find the folder that holds your posts: Markdown, HTML or plain text.",
      "Hugo, Jekyll, Astro and Obsidian keep them so; often it is called content or posts.",
      "Titles and dates are read from the top of each file, where they stand.",
      "Choose the folder here, or a single file. Nothing in it is changed.",
    ],
  },
};

/** Where a platform's own host names end. Ghost and WordPress mostly live under the author's own. */
const hosts: [string, Platform][] = [
  ["substack.com", "substack"], ["wordpress.com", "wordpress"], ["ghost.io", "ghost"],
  ["medium.com", "medium"], ["blogspot.com", "blogger"],
];

function hostOf(address: string | null): string {
  try {
    return new URL(address ?? "").hostname;
  } catch {
    return "";
  }
}

export function platformOf(source: Pick<Source, "site" | "address"> | null): Platform | null {
  if (source === null) return null;
  const host = hostOf(source.site) || hostOf(source.address);
  return hosts.find(([end]) => host === end || host.endsWith(`.${end}`))?.[1] ?? null;
}

/** `address` is set where a browser can open it; else `shown` is for copying. It stands with the step that needs it. */
export type Page = { address: string | null; shown: string; step: number };

const web = (address: string, step = 0): Page => ({ address, step, shown: address.replace(/^https?:\/\//, "").replace(/\/$/, "") });

/** Where a platform's export is made; on the author's own site when it is known and may be of that platform. */
export function pagesFor(platform: Platform, source: Pick<Source, "site" | "address"> | null): Page[] {
  if (platform === "other") return [];
  if (platform === "medium") return [web("https://medium.com/me/settings/security")];
  if (platform === "blogger") return [web("https://www.blogger.com/"), web("https://takeout.google.com/", 2)];
  const path = { substack: "publish/settings", wordpress: "wp-admin/export.php", ghost: "ghost/" }[platform];
  const site = source?.site ?? source?.address ?? null;
  const host = hostOf(site);
  const theirs = platformOf(source);
  if (site !== null && host !== "" && (theirs === null || theirs === platform)) return [web(`${new URL(site).origin}/${path}`)];
  const name = { substack: "your-name.substack.com", wordpress: "your-site.com", ghost: "your-site.com" }[platform];
  return [{ address: null, step: 0, shown: `${name}/${path}`.replace(/\/$/, "") }];
}
