// What a person does in the picker, with a mouse: they look first, since its
// controls wake up only a moment after something has moved there.
async function press(popup, name) {
  const button = popup.getByRole('button', { name })
  await button.waitFor()
  await popup.locator('body:not(.settling)').waitFor()
  await button.click()
}

export const choose = (popup, name) => press(popup, new RegExp(`\\b${name}\\b`, 'i'))
export const approve = (popup) => press(popup, /^(approve|sign|switch)\b/i)
export const deny = (popup) => press(popup, /^deny\b/i)
