// Which view is on screen, and what it was asked to show.
export const views = ["blog", "examples", "train", "write", "settings"] as const;
export type View = (typeof views)[number];

export const viewNames: Record<View, string> = {
  blog: "Blog",
  examples: "Examples",
  train: "Train",
  write: "Write",
  settings: "Settings",
};

class Route {
  view = $state<View>("blog");
  rail = $state<"labels" | "icons">("labels");
  palette = $state<"closed" | "open">("closed");

  go(view: View): void {
    this.view = view;
    this.palette = "closed";
  }
}

export const route = new Route();
