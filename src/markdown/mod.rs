//! Markdown to safe HTML, an outline, the links that stand in it, and plain text.
