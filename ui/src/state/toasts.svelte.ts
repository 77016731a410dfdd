// Short notes about what happened somewhere else. What fails in view says so where it failed.
export type Toast = { id: number; text: string; tone: "plain" | "danger" };

let last = 0;

class Toasts {
  all = $state<Toast[]>([]);

  say(text: string, tone: Toast["tone"] = "plain"): void {
    const id = ++last;
    this.all = [...this.all.slice(-2), { id, text, tone }];
    setTimeout(() => this.drop(id), tone === "danger" ? 9000 : 4500);
  }

  drop(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
