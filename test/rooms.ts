// The conventions that can be read off the text of the project: walls between rooms, one door for states,
// one clock. Each rule takes files and answers its complaints, so that its test can show it a bad file too.
import fs from 'node:fs'
import path from 'node:path'

/** A file of the project: its path from the root, with slashes, and its text. */
export type ProjectFile = { path: string; text: string }
type Rule = (files: readonly ProjectFile[]) => string[]

const PROJECT = path.resolve(import.meta.dirname, '..')
const FOLDERS = ['src', 'test', 'scripts', 'bench', 'db', 'docs', '.ci']
const TEXT = /\.(ts|tsx|mjs|sql|md|txt|json|css|html|typ|svg)$|^[^.]+$/

/** All the project's own text files: named folders and the files at the root. */
export function projectFiles(): ProjectFile[] {
  const names = FOLDERS.flatMap((folder) => {
    const full = path.join(PROJECT, folder)
    if (!fs.existsSync(full)) return []
    const found = fs.readdirSync(full, { recursive: true, withFileTypes: true })
    return found.filter((e) => e.isFile()).map((e) => path.relative(PROJECT, path.join(e.parentPath, e.name)))
  })
  const atRoot = fs.readdirSync(PROJECT, { withFileTypes: true })
  const all = [...names, ...atRoot.filter((e) => e.isFile()).map((e) => e.name)]
  return all
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => TEXT.test(path.posix.basename(name)))
    .map((name) => ({ path: name, text: fs.readFileSync(path.join(PROJECT, name), 'utf8') }))
}

const isCode = (file: ProjectFile) => /\.(ts|tsx|mjs)$/.test(file.path)
const isTest = (file: ProjectFile) => /\.test\.tsx?$/.test(file.path)
const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')

/** Which rooms a room may import from, beside itself. `customs-sim` and `key-agent` speak HTTP alone. */
const WALLS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  api: ['domain'],
  server: ['api', 'domain'],
  ui: ['api', 'domain'],
  web: ['ui', 'api', 'domain'],
  mobile: ['ui', 'api', 'domain'],
  'customs-sim': [],
  'key-agent': [],
}
/** Programs outside src that are clients of the server like anybody else's. */
const CLIENTS = /^(bench|scripts\/smoke)(\/|\.)/
const PURE_PACKAGES = ['zod', 'decimal.js', 'chinese-days']
const SIDES = ['server', 'ui', 'web', 'mobile']
const BROWSER_ROOMS = ['domain', 'api', 'ui', 'web', 'mobile']

function importsOf(file: ProjectFile): string[] {
  const found = withoutComments(file.text).matchAll(
    /(?:^|[\s;}])(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]|\brequire\(\s*['"]([^'"\n]+)['"]/g,
  )
  return [...found].map((match) => match[1] ?? match[2] ?? '')
}

/** The path from the root of what a file imports, or undefined for a package. */
function target(file: ProjectFile, name: string): string | undefined {
  if (name.startsWith('#test/')) return name.slice(1)
  if (name.startsWith('#')) return `src/${name.slice(1)}`
  if (name.startsWith('.')) return path.posix.join(path.posix.dirname(file.path), name)
  return undefined
}

const roomOf = (name: string) => /^src\/([^/]+)\//.exec(name)?.[1]

function wallComplaint(file: ProjectFile, name: string): string | undefined {
  const room = roomOf(file.path)
  const to = target(file, name)
  if (to === undefined) return packageComplaint(file, name, room)
  const other = roomOf(to)
  if (CLIENTS.test(file.path))
    return other === 'server' ? 'a client of the server never imports it' : undefined
  if (room === undefined) return undefined
  if (other === undefined) {
    return isTest(file) || !/^(test|scripts|bench)\//.test(to)
      ? undefined
      : 'src never imports what stands around it'
  }
  if (other === room || WALLS[room]?.includes(other)) return effectsComplaint(file, to)
  // What the page signs is checked by the server and the other way round: only a test may see both sides.
  if (isTest(file) && SIDES.includes(room) && SIDES.includes(other)) return undefined
  return `${room} may not import ${other}`
}

function packageComplaint(file: ProjectFile, name: string, room: string | undefined): string | undefined {
  if (room === undefined || isTest(file)) return undefined
  if (name.startsWith('node:'))
    return BROWSER_ROOMS.includes(room) ? `${room} runs in a browser too` : undefined
  const isPure = PURE_PACKAGES.some((pure) => name === pure || name.startsWith(`${pure}/`))
  if (['domain', 'api'].includes(room) && !isPure) return `${room} uses value libraries alone`
  if (room === 'server' && /^(react|antd|@tanstack)/.test(name)) return 'the server draws no pages'
  return undefined
}

/** What a thing does besides when its state moves is its own affair: other things go through its act. */
function effectsComplaint(file: ProjectFile, to: string): string | undefined {
  const owner = /^src\/server\/([^/]+)\/effects\.ts$/.exec(to)?.[1]
  const thing = /^src\/server\/([^/]+)\//.exec(file.path)?.[1]
  if (owner === undefined || thing === undefined || thing === owner) return undefined
  return `only src/server/${owner} may import its effects`
}

export const walls: Rule = (files) =>
  files.filter(isCode).flatMap((file) =>
    importsOf(file).flatMap((name) => {
      const complaint = wallComplaint(file, name)
      return complaint ? [`${file.path} imports ${name}: ${complaint}`] : []
    }),
  )

/** One import, one file: nothing is passed on, and what is exported has a name. */
export const exportsByName: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const text = withoutComments(file.text)
    const complaints = []
    if (/^\s*export\s+(type\s+)?(\*|\{[^}]*\})\s*from\b/m.test(text))
      complaints.push('passes on exports of another file')
    if (/(^|\/)index\.tsx?$/.test(file.path)) complaints.push('is a barrel by its name')
    // Vite's configuration and style declarations have to.
    const hasTo = file.path === 'vite.config.ts' || file.path.endsWith('.d.ts')
    if (!hasTo && /^\s*export\s+default\b/m.test(text)) complaints.push('has a default export')
    return complaints.map((complaint) => `${file.path} ${complaint}`)
  })

/** Places whose clock is no business fact: waiting, logging, and the clock of the context itself. */
const OWN_CLOCK: Readonly<Record<string, string>> = {
  'src/server/main.ts': 'patience while stopping',
  'src/server/create-context.ts': 'the one clock, handed on in the context',
  'src/server/db/cluster.ts': 'patience while the database starts',
  'src/server/db/migrate.ts': 'when a migration was applied: before there is a context',
  'src/server/files/store.ts': 'age of files that an upload left behind, by the disk',
}
/** Files whose SQL asks the database's clock for something that is no business fact. */
const SQL_CLOCK: Readonly<Record<string, string>> = {}

const JS_CLOCK = /\bnew Date\(\s*\)|\bDate\.now\(|\bTemporal\.Now\b/
const SQL_NOW =
  /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)|\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b|'(now|today|tomorrow|yesterday)'\s*::/i

/**
 * The clock comes from the context: never from JavaScript's `new Date()`, never from SQL's `now()`. A page has
 * only its browser's clock, and the server believes none of it.
 */
export const oneClock: Rule = (files) =>
  files.flatMap((file) => {
    const inCode = /^src\/(domain|api|server)\//.test(file.path) && isCode(file) && !isTest(file)
    const inSql = file.path.startsWith('db/') && file.path.endsWith('.sql')
    const text = inSql ? file.text.replace(/--.*$/gm, '') : withoutComments(file.text)
    const complaints = []
    if (inCode && JS_CLOCK.test(text) && !OWN_CLOCK[file.path]) complaints.push('has a clock of its own')
    const sqlOf = inSql ? text : inCode ? text.replace(/\b(?:Date|performance)\.now\(\)/g, '') : ''
    const hasSqlNow = inCode && !file.path.startsWith('src/server/') ? false : SQL_NOW.test(sqlOf)
    if (hasSqlNow && !SQL_CLOCK[file.path]) complaints.push("uses the database's clock")
    return complaints.map((complaint) => `${file.path} ${complaint}`)
  })

/** Exceptions that nothing needs any more. */
export const neededClocks: Rule = (files) => {
  const uses = (name: string, clock: RegExp) =>
    files.some((file) => file.path === name && clock.test(withoutComments(file.text)))
  const own = Object.keys(OWN_CLOCK).filter((name) => !uses(name, JS_CLOCK))
  return [...own, ...Object.keys(SQL_CLOCK).filter((name) => !uses(name, SQL_NOW))]
}

/** The argument of each `name(` call in the text, parentheses balanced. */
function argumentsOf(text: string, call: RegExp): string[] {
  return [...text.matchAll(call)].map((match) => {
    const from = match.index + match[0].length
    let depth = 1
    let end = from
    for (; end < text.length && depth > 0; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0
    return text.slice(from, end - 1)
  })
}

/**
 * A state moves through the door alone, and the door moves it by the `move` of the thing's act.ts. Rows are
 * born with a state (`values`), which is no move. What becomes of a message that is sent, or of a run of the
 * reconciliation, is no thing's state: nobody decides it.
 */
const noThing =
  /\b(?:updateTable\('(?:customs_message|reconciliation)'\)|update (?:customs_)?message\b|insert into reconciliation)[\s\S]*?\.execute/g

export const oneDoor: Rule = (files) =>
  files
    .filter((file) => file.path.startsWith('src/server/') && isCode(file) && !isTest(file))
    .filter((file) => !/^src\/server\/(door(?:-move)?|[^/]+\/act)\.ts$/.test(file.path))
    .flatMap((file) => {
      const text = withoutComments(file.text).replace(noThing, '')
      const built = argumentsOf(text, /\.(?:set|doUpdateSet)\(/g).some((set) =>
        /(^|[{,\s'"])state['"]?\s*([:,}]|$)/.test(set),
      )
      const raw = /\bset\b(?:(?!\bwhere\b)[^;`])*?(?<![.\w"])"?state"?\s*=/i.test(
        text.replace(/\.(?:set|doUpdateSet)\(/g, ''),
      )
      return built || raw ? [`${file.path} sets a state: only the door does`] : []
    })

/** The project stands alone: no machine, no other folder, no unfinished work, no vague names. */
const ALONE: readonly [RegExp, string][] = [
  [/(?<![\w./-])\/(?:home|root|work|Users)\/\w/, 'a path of one machine'],
  [/\.\.\/shared\b/, 'a folder outside the project'],
  [
    /\b(?:design|tried|style|look|rules|workflows|forms)\.md\s+(?:part\s+)?[A-Z]?\d|\b(?:tried|style)\.md\b/i,
    'notes that are not in the project',
  ],
  [/\b(?:TODO|FIXME)\b/, 'unfinished work'],
  [/\bcoming soon\b|敬请期待/i, 'unfinished work'],
]

export const standsAlone: Rule = (files) =>
  files
    .filter(
      (file) =>
        !/^test\/rooms(\.test)?\.ts$|^package-lock\.json$|^db\/reference\/|\.gen\.ts$/.test(file.path),
    )
    .flatMap((file) =>
      ALONE.filter(([word]) => word.test(file.text)).map(([, what]) => `${file.path} mentions ${what}`),
    )

const VAGUE = /(^|[-/])(utils?|helpers?|common|managers?|services?|misc)(?=[-./]|$)/

/** Files in kebab-case, React components in PascalCase; a thing without a name has no place yet. */
export const namedFiles: Rule = (files) =>
  files
    .filter((file) => /^(src|test|scripts|bench)\//.test(file.path))
    .flatMap((file) => {
      const base = path.posix.basename(file.path).replace(/(\.test|\.gen|\.module|\.d)?\.[a-z]+$/, '')
      const isComponent = file.path.endsWith('.tsx') || /\.(module\.)?css$/.test(file.path)
      const named = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(base) || (isComponent && /^[A-Z][A-Za-z0-9]*$/.test(base))
      const complaints = []
      if (!named) complaints.push(`${file.path}: not kebab-case (or PascalCase for a component)`)
      if (VAGUE.test(file.path)) complaints.push(`${file.path}: a name that says nothing`)
      return complaints
    })

/** Where a package was fetched from is the affair of whoever installs it. */
export const lockNamesNoRegistry: Rule = (files) =>
  files
    .filter((file) => file.path === 'package-lock.json' && /"resolved"\s*:\s*"https?:/.test(file.text))
    .map((file) => `${file.path} names a registry`)

type LockEntry = { optionalDependencies?: Record<string, string> }

/**
 * Packages of other platforms have to stand in the lock file too, or `npm ci` refuses it as a whole. npm leaves
 * out those that the registry in use does not have; then add them by hand (version, os, cpu, libc, optional).
 */
export const lockIsComplete: Rule = (files) => {
  const file = files.find(({ path }) => path === 'package-lock.json')
  if (!file) return []
  const { packages }: { packages: Record<string, LockEntry> } = JSON.parse(file.text)
  return Object.entries(packages).flatMap(([parent, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !packages[`node_modules/${name}`] && !packages[`${parent}/node_modules/${name}`])
      .map((name) => `package-lock.json lacks ${name}, optional for ${parent || 'the project'}`),
  )
}
