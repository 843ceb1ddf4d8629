/** What axe finds in the markup of swagger-ui itself, which its options and styles do not reach: by rule, where that is. */
const OF_SWAGGER_UI = {
  // The button that unfolds an operation has the link to it within.
  'nested-interactive': /opblock-summary-control$/,
  // Tags are h3 below an h1; the dialogue begins with h3.
  'heading-order': /^#operations-tag-|modal-ux-header/,
  // The text of a body to be sent has a title and no label.
  label: /textarea|body-param__text/,
  // As has the choice of a parameter that is one of a few.
  'select-name': /parameters-col_description > select/,
  // The dialogue of Authorize: an icon without a name, and a button with another one than its text.
  'button-name': /close-modal/,
  'label-content-name-mismatch': /button\[type="submit"\]/,
  // The head of the page stands in no landmark: swagger-ui begins its own <main> after it.
  region: /information-container|modal-ux|^form/,
}

/** What axe finds wrong with what the page shows now, but for that. */
export async function findings(page, axe) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .map(({ target }) => target.join(' '))
      .filter((target) => !OF_SWAGGER_UI[id]?.test(target))
      .map((target) => `axe ${id}: ${target}`),
  )
}
