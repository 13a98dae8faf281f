// The third-party half of the page: htmx and the Bootstrap behaviours that Tabler's markup needs.
// Our own behaviours are small modules in static/web/js, served as written.
import htmx from "htmx.org";
import "@tabler/core/js/src/bootstrap/alert";
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/modal";
import "@tabler/core/js/src/bootstrap/offcanvas";
import "@tabler/core/js/src/bootstrap/tab";

// No eval and no inline style: the page keeps a strict content security policy.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
window.htmx = htmx;
