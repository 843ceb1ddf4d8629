// What the page at /docs starts: swagger-ui, with one operation no longer than a screen. Served as a file, so that the page needs no
// script within.
const scheme = window.matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', scheme.matches)
follow()
scheme.addEventListener('change', follow)

const InShort = ({ React: { createElement } }) => ({
  wrapComponents: {
    /** A problem is a line: its form is the same everywhere, and /docs/problems explains each code. */
    response: (Response) => (props) => {
      if (Number(props.code) < 400) return createElement(Response, props)
      const codes = [...String(props.response.get('description')).matchAll(/`(\w+)`/g)]
      const links = codes.flatMap(([, code]) => [
        createElement('a', { key: code, href: `/docs/problems#${code}` }, code),
        ' ',
      ])
      return createElement(
        'tr',
        { className: 'response', 'data-code': props.code },
        createElement('td', { className: 'response-col_status' }, props.code),
        createElement('td', { className: 'response-col_description', colSpan: 2 }, links),
      )
    },
    /** Headers are named; what each tells stands in the document, and shows when it is pointed at. */
    headers: () => (props) => {
      const names = [...props.headers].flatMap(([name, header]) => [
        createElement('code', { key: name, title: header.get('description') }, name),
        ' ',
      ])
      return createElement('div', null, 'Headers: ', names)
    },
  },
})

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 2,
  persistAuthorization: false,
  plugins: [InShort],
})
