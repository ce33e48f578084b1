/** The origin of the tab that the user looks at; null where it has none. */
export async function siteOf({ tabs }) {
  const [tab] = await tabs.query({ active: true, lastFocusedWindow: true });
  // Known by the permission "activeTab", for as long as the popup is open.
  const url = URL.canParse(tab?.url) ? new URL(tab.url) : undefined;
  return ['http:', 'https:'].includes(url?.protocol) ? url.origin : null;
}
