// Starts the behaviours. Each is bound by a data- attribute and works on what htmx brings later, too.
import { bindDialog } from "./dialog.js";
import { bindForms } from "./forms.js";
import { bindKeys } from "./keys.js";
import { bindKept } from "./kept.js";
import { bindLines } from "./lines.js";
import { bindPrinting } from "./printing.js";
import { bindRefusals } from "./refusals.js";
import { bindRinging } from "./ringing.js";
import { bindSearchSelects } from "./search_select.js";
import { bindTexts } from "./texts.js";

bindDialog(document);
bindForms(document);
bindKeys(document);
bindLines(document);
bindKept(document);
bindPrinting(document);
bindRefusals(document);
bindRinging(document);
bindTexts(document);
bindSearchSelects(document.body);
document.addEventListener("htmx:load", (event) => bindSearchSelects(event.detail.elt));
