import { render } from "preact";
import { SearchApp } from "./search-app.tsx";

const root = document.getElementById("app");
if (root) render(<SearchApp />, root);
