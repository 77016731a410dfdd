import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../ipc/errors";
import { Autosave, type SaveState, type Text } from "./autosave";

const error = (code: "disk_full" | "changed_elsewhere") => new AppError({ code, message: "No.", hint: null, detail: null });
const text = (body: string): Text => ({ title: "T", body });

function setUp(save = vi.fn(async (_: Text, revision: number) => revision + 1)) {
  const states: SaveState["at"][] = [];
  const conflict = vi.fn(async () => undefined);
  const autosave = new Autosave(1, { save, conflict, changed: (state) => states.push(state.at), delay: 600, retryAfter: 5000 });
  return { autosave, save, conflict, states };
}

describe("autosave", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("saves once, within 800 ms of the last keystroke, the newest text", async () => {
    const { autosave, save, states } = setUp();
    autosave.touch(text("a"));
    await vi.advanceTimersByTimeAsync(500);
    autosave.touch(text("ab"));
    await vi.advanceTimersByTimeAsync(500);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(300);
    expect(save.mock.calls).toEqual([[text("ab"), 1]]);
    expect(states.at(-1)).toBe("saved");
  });

  it("saves at once when asked to", async () => {
    const { autosave, save } = setUp();
    autosave.touch(text("a"));
    await autosave.flush();
    expect(save).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(2000);
    expect(save).toHaveBeenCalledOnce();
  });

  it("sends the revision the last save gave", async () => {
    const { autosave, save } = setUp();
    autosave.touch(text("a"));
    await autosave.flush();
    autosave.touch(text("b"));
    await autosave.flush();
    expect(save.mock.calls.map(([, revision]) => revision)).toEqual([1, 2]);
  });

  it("never has two saves under way, and ends with the newest text stored", async () => {
    let finish: (() => void)[] = [];
    const save = vi.fn((_: Text, revision: number) => new Promise<number>((resolve) => finish.push(() => resolve(revision + 1))));
    const { autosave, states } = setUp(save);
    autosave.touch(text("a"));
    await vi.advanceTimersByTimeAsync(600);
    autosave.touch(text("ab"));
    await vi.advanceTimersByTimeAsync(700);
    expect(save).toHaveBeenCalledTimes(1);
    expect(states.at(-1)).not.toBe("saved");
    finish.splice(0).forEach((end) => end());
    await vi.advanceTimersByTimeAsync(10);
    expect(save.mock.calls.at(-1)).toEqual([text("ab"), 2]);
    finish.splice(0).forEach((end) => end());
    finish = [];
    await vi.advanceTimersByTimeAsync(10);
    expect(states.at(-1)).toBe("saved");
  });

  it("keeps the text when a save fails, says so, and tries again", async () => {
    const save = vi.fn(async (_: Text, revision: number) => revision + 1).mockRejectedValueOnce(error("disk_full"));
    const { autosave, states } = setUp(save);
    autosave.touch(text("a"));
    await vi.advanceTimersByTimeAsync(600);
    expect(states.at(-1)).toBe("failed");
    await vi.advanceTimersByTimeAsync(5000);
    expect(save.mock.calls.at(-1)).toEqual([text("a"), 1]);
    expect(states.at(-1)).toBe("saved");
  });

  it("hands the newest text to the conflict and saves no more", async () => {
    const save = vi.fn(async () => {
      throw error("changed_elsewhere");
    });
    const { autosave, conflict } = setUp(save);
    autosave.touch(text("mine"));
    await autosave.flush();
    expect(conflict).toHaveBeenCalledExactlyOnceWith(text("mine"));
    autosave.touch(text("more"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(save).toHaveBeenCalledOnce();
  });

  it("saves what is left when it closes, and drops it when abandoned", async () => {
    const closed = setUp();
    closed.autosave.touch(text("a"));
    await closed.autosave.close();
    expect(closed.save).toHaveBeenCalledOnce();

    const abandoned = setUp();
    abandoned.autosave.touch(text("a"));
    abandoned.autosave.abandon();
    await vi.advanceTimersByTimeAsync(5000);
    expect(abandoned.save).not.toHaveBeenCalled();
  });
});
