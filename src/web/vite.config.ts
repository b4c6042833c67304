import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every part of the page needs is one file, since each further file costs a request.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "base",
              test: /node_modules.preact|src.web.(view|ages|server|menu|filter-text|load-later|use-session|image.(systems|facts|badges|copy-button)|changes.answers|results.(highlight|cut-at|image-link|chips|missing|fold))|visible-text|version-order|src.fold/,
            },
          ],
        },
      },
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
