/** The page at /docs in a browser: how it is read, and how what it prefills is sent. */
export class ReferencePage {
  #page

  constructor(page) {
    this.#page = page
  }

  /** Opens the page, and enters a token as a reader does. */
  async open(url, token) {
    await this.#page.goto(`${url}/docs`)
    await this.#page.locator('.opblock').first().waitFor()
    await this.#page.locator('.auth-wrapper .authorize').click()
    await this.#page.locator('.modal-ux input').fill(token)
    await this.#page.locator('.modal-ux button[type=submit]').click()
    await this.#page.locator('.modal-ux .btn-done').click()
  }

  /** Unfolds an operation, and tells how high it is. */
  async unfold(id) {
    await this.#of(id).locator('.opblock-summary-control').click()
    await this.#of(id).locator('.responses-table').waitFor()
    await this.#of(id).evaluate((operation) => operation.scrollIntoView())
    return this.#height(id)
  }

  /** How often a problem is more than a line. */
  problemExamples(id) {
    return this.#of(id)
      .locator('.response[data-code^="4"], .response[data-code^="5"]')
      .locator('.model-example, pre')
      .count()
  }

  /** Sends what is prefilled, with other values for parameters where some are given. The operation stays unfolded. */
  async tryOut(id, values = {}) {
    await this.#of(id).locator('.try-out__btn').click()
    for (const [name, value] of Object.entries(values)) {
      await this.#of(id).locator(`[data-param-name="${name}"] input`).fill(value)
    }
    await this.#of(id).locator('.execute').click()
    const answer = this.#of(id).locator('.live-responses-table tbody .response')
    await answer.waitFor()
    return {
      status: Number.parseInt(await answer.locator('.response-col_status').innerText(), 10),
      text: await answer.innerText(),
      height: await this.#height(id),
    }
  }

  async fold(id) {
    await this.#of(id).locator('.opblock-summary-control').click()
    await this.#of(id).locator('.opblock-body').waitFor({ state: 'detached' })
  }

  #of(id) {
    return this.#page.locator(`.opblock[id$="-${id}"]`)
  }

  async #height(id) {
    return Math.round((await this.#of(id).boundingBox()).height)
  }
}
