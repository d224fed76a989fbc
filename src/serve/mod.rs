//! The preview: answers from the plan, watches the sources, tells the browser.
