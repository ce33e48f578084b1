// EIP-712 data, walked by its types: what is signed is what the types name.
import { html, nothing } from './lit/lit-html.js';
import { fieldTemplate, valueTemplate } from './value.js';
import { visible } from './text.js';

const kMaxDepth = 24;
const isObject = (value) => value !== null && typeof value === 'object';

function structTemplate(types, name, value, depth) {
  const members = types[name];
  if (!Array.isArray(members) || !isObject(value) || depth >= kMaxDepth)
    return valueTemplate(value);
  const known = members.map((member) => member?.name);
  const others = Object.entries(value).filter(([key]) => !known.includes(key));
  return html`<dl class="tree">
    ${members.filter(isObject).map((member) =>
      fieldTemplate(member.name, memberTemplate(types, member.type, value[member.name], depth),
        member.type))}
    ${others.map(([key, each]) =>
      fieldTemplate(key, valueTemplate(each), 'not part of what is signed'))}
  </dl>`;
}

function memberTemplate(types, type, value, depth) {
  const list = /^(.*)\[\d*\]$/.exec(String(type));
  if (list && Array.isArray(value) && value.length > 0 && depth < kMaxDepth)
    return html`<dl class="tree">${value.map((each, i) =>
      fieldTemplate(i, memberTemplate(types, list[1], each, depth + 1)))}</dl>`;
  return Object.hasOwn(types, type)
    ? structTemplate(types, type, value, depth + 1)
    : valueTemplate(value ?? null);
}

/** Domain, primary type and every field of a typed data document. */
export function typedTemplate({ types, domain, primaryType, message, ...others }) {
  const known = isObject(types) ? types : {};
  return html`
    <h4 class="block-title">For</h4>
    ${Array.isArray(known.EIP712Domain)
      ? structTemplate(known, 'EIP712Domain', domain, 0)
      : valueTemplate(domain)}
    <h4 class="block-title">${visible(primaryType ?? 'Message')}</h4>
    ${structTemplate(known, primaryType, message, 0)}
    ${Object.keys(others).length > 0
      ? html`<h4 class="block-title">Not part of what is signed</h4>${valueTemplate(others)}`
      : nothing}
    <details><summary>The types</summary>${valueTemplate(types)}</details>`;
}
