import { render } from "preact";
import { SearchApp } from "./search-app.tsx";
import { showForeignText } from "./show-foreign-text.ts";

showForeignText();
const root = document.getElementById("app");
if (root) render(<SearchApp />, root);
