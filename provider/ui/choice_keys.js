const kSteps = { ArrowDown: 1, ArrowUp: -1 };

/** Arrow keys move the focus along the rows of choice_view.js. */
export function moveAmongChoices(event, document) {
  if (!(event.key in kSteps)) return;
  const rows = [...document.querySelectorAll('.choice')];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement);
  const from = at < 0 ? rows.findIndex((row) => row.tabIndex === 0) : at + kSteps[event.key];
  rows[Math.min(Math.max(from, 0), rows.length - 1)].focus();
  event.preventDefault();
}
