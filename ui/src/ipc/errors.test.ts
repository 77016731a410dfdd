import { describe, expect, it } from "vitest";
import { call } from "./call";
import type { Code } from "./bindings";
import { AppError, asAppError, treatmentOf, treatments } from "./errors";
import { deeds } from "../app/deeds";

// A second list on purpose: a code that the table forgets or invents fails here, one that Rust adds fails to compile there.
const codes: Code[] = [
  "bad_input", "not_a_feed", "feed_cut_short", "site_unreachable", "site_refused", "no_feed_found",
  "disk_full", "model_missing", "model_damaged", "database_newer", "database_busy", "keyring_unavailable",
  "run_active", "nothing_to_train", "not_found", "changed_elsewhere", "cancelled", "network", "internal",
];

describe("the table of errors", () => {
  it("has exactly one entry for every code", () => {
    expect(Object.keys(treatments).sort()).toEqual([...codes].sort());
  });

  it("offers only deeds that something does", () => {
    for (const code of codes) {
      const button = treatmentOf(code).button;
      if (button === null || button.deed === "retry") continue;
      expect(deeds[button.deed], code).toBeTypeOf("function");
    }
  });

  it("keeps the house style on buttons", () => {
    for (const code of codes) {
      const label = treatmentOf(code).button?.label ?? "Fine";
      expect(label).toMatch(/^[A-Z][a-z ]+$/);
    }
  });

  it("says nothing about what the author cancelled", () => {
    expect(treatmentOf("cancelled")).toEqual({ severity: "silent", button: null });
  });
});

describe("call", () => {
  it("gives the data of a good answer", async () => {
    await expect(call(Promise.resolve({ status: "ok", data: 3 }))).resolves.toBe(3);
  });

  it("throws a typed error for a bad one", async () => {
    const wire = { code: "disk_full", message: "The disk is full.", hint: "Free some space.", detail: "ENOSPC" } as const;
    const thrown = await call(Promise.resolve({ status: "error", error: wire })).catch((e: unknown) => e);
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject(wire);
  });

  it("turns a crash of the window's own into code internal, cause kept", async () => {
    const thrown = await call(Promise.reject(new TypeError("x is undefined"))).catch((e: unknown) => e);
    expect(thrown).toMatchObject({ code: "internal", detail: "TypeError: x is undefined" });
  });

  it("leaves an AppError as it is", () => {
    const error = new AppError({ code: "network", message: "No answer.", hint: null, detail: null });
    expect(asAppError(error)).toBe(error);
  });
});
