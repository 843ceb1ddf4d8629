// What the page at /docs starts: swagger-ui, with one operation no longer than a screen. Served as a file, so that the page needs no
// script within.
const scheme = window.matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', scheme.matches)
follow()
scheme.addEventListener('change', follow)

/** A problem is a line: its form is the same everywhere, and /docs/problems explains each code. */
const ProblemsInShort = ({ React }) => ({
  wrapComponents: {
    response: (Response) => (props) => {
      if (Number(props.code) < 400) return React.createElement(Response, props)
      const codes = [...String(props.response.get('description')).matchAll(/`(\w+)`/g)]
      const links = codes.flatMap(([, code]) => [
        React.createElement('a', { key: code, href: `/docs/problems#${code}` }, code),
        ' ',
      ])
      return React.createElement(
        'tr',
        { className: 'response', 'data-code': props.code },
        React.createElement('td', { className: 'response-col_status' }, props.code),
        React.createElement('td', { className: 'response-col_description', colSpan: 2 }, links),
      )
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
  plugins: [ProblemsInShort],
})
