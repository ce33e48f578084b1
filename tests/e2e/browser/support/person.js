// What a person does in the picker, with a mouse. Its controls wake up a moment
// after the window has: a click waits for that, as a person would.
export async function choose(popup, name) {
  await popup.getByRole('button', { name: new RegExp(`\\b${name}\\b`, 'i') }).click()
}

export const approve = (popup) => popup.getByRole('button', { name: /^approve$/i }).click()
export const deny = (popup) => popup.getByRole('button', { name: /^deny$/i }).click()
