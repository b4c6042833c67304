import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./src/catalogue/file/*schema.ts", out: "./migrations" });
