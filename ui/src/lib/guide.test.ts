import { describe, expect, it } from "vitest";
import { pagesFor, platformOf, platforms, type Platform } from "./guide";

const at = (site: string | null, address = "") => ({ site, address });

describe("the guide", () => {
  it("has three or four short steps for each platform, without exclamation", () => {
    for (const { steps } of Object.values(platforms)) {
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(steps.length).toBeLessThanOrEqual(4);
      for (const step of steps) expect(step).toMatch(/^[A-Z][^!]{10,110}\.$/);
    }
  });

  it("knows a platform by its host, and no other by guessing", () => {
    expect(platformOf(at("https://jo.substack.com/"))).toBe("substack");
    expect(platformOf(at(null, "https://medium.com/feed/@jo"))).toBe("medium");
    expect(platformOf(at("https://jo.example/"))).toBeNull();
    expect(platformOf(at("https://notsubstack.com/"))).toBeNull();
    expect(platformOf(at(null, "/home/jo/posts.zip"))).toBeNull();
  });

  it("names the page on the author's own site where it can be opened", () => {
    expect(pagesFor("substack", at("https://jo.substack.com/"))).toEqual([{ address: "https://jo.substack.com/publish/settings", shown: "jo.substack.com/publish/settings", step: 0 }]);
    expect(pagesFor("wordpress", at("https://jo.example/blog/"))[0]?.address).toBe("https://jo.example/wp-admin/export.php");
  });

  it("shows it as text where the site is not known or is another platform's", () => {
    expect(pagesFor("substack", null)).toEqual([{ address: null, shown: "your-name.substack.com/publish/settings", step: 0 }]);
    expect(pagesFor("ghost", at("https://jo.substack.com/"))[0]?.address).toBeNull();
    expect(pagesFor("wordpress", at(null, "/home/jo/posts.zip"))[0]?.address).toBeNull();
  });

  it("opens nothing but the web", () => {
    for (const platform of Object.keys(platforms) as Platform[]) {
      for (const page of pagesFor(platform, at("https://jo.example"))) {
        expect(page.address ?? "https://").toMatch(/^https:\/\//);
        expect(platforms[platform].steps[page.step]).toBeDefined();
      }
    }
  });
});
