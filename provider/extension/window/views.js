// How the window looks.
import { html, nothing } from '../../ui/lit/lit-html.js';
import { choiceView } from '../../ui/choice_view.js';
import { decisionView } from '../../ui/decision_view.js';
import { errorNotice } from '../../ui/error_notice.js';
import { originHeader, plainView, sizeNotice } from '../../ui/window_frame.js';

const kOutcomes = {
  choose: ['Connected', 'The page has your profile now.'],
  cancel: ['Cancelled', 'The page got nothing.'],
  approve: ['Approved'],
  deny: ['Denied'],
};

const openingView = ({ trouble }) => trouble
  ? html`<main>${errorNotice(trouble)}</main>`
  : html`<section class="plain" role="status"><span class="spinner"></span></section>`;

const overView = ({ outcome }) =>
  plainView(...(kOutcomes[outcome] ?? ['Nothing to decide', 'The page asks no more.']));

function askingView(scene) {
  const { picker } = scene;
  const failure = picker.failureOf('cancel');
  return html`
    ${failure ? html`<div class="size-notice">${errorNotice(failure)}</div>` : nothing}
    ${choiceView(scene)}`;
}

function bodyView(scene) {
  const { picker } = scene;
  if (!picker.isKnown) return openingView(picker);
  if (picker.ask) return askingView(scene);
  return picker.questions.length > 0 ? decisionView(scene) : overView(picker);
}

/** `scene`: `{picker, ui, guard, act}`; `picker` is a Desk. */
export function page(scene) {
  const { picker, guard } = scene;
  const origin = (picker.ask ?? picker.questions[0])?.origin;
  return html`
    ${origin ? originHeader(origin, 'Berth, for') : nothing}
    ${origin ? sizeNotice(guard) : nothing}
    ${bodyView(scene)}`;
}
