import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  clearScreen: false,
  // Tests mount components in a simulated page, so they need Svelte's browser half.
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    // The oldest web view a supported system brings along.
    target: ["es2022", "safari16"],
    // Fonts stay files: `default-src 'self'` has no `data:` for them.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], css: { include: [/tokens\.css/] } },
}));
