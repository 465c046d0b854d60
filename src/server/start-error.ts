/** A reason not to start, told to the person at the terminal as one Chinese line without a stack. */
export class StartError extends Error {
  override name = 'StartError'
}

/** A detail of an error of the system: its `code`, the `path` or `port` it was about, the `syscall`. */
function detail(error: unknown, name: 'code' | 'path' | 'port' | 'syscall'): string {
  if (!(error instanceof Error)) return ''
  const value: unknown = Reflect.get(error, name)
  return value === undefined ? '' : String(value)
}

/** What PostgreSQL answers when its disk is full. */
const PG_DISK_FULL = '53100'

/**
 * The one line for a failure that its reader can mend (full disk, missing right, port in use), or
 * undefined for a fault of ours, which keeps its stack.
 */
export function startLine(error: unknown): string | undefined {
  const line = lineOf(error)
  if (line !== undefined || !(error instanceof Error) || error.cause === undefined) return line
  return startLine(error.cause)
}

function lineOf(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message
  const path = detail(error, 'path')
  const port = detail(error, 'port')
  switch (detail(error, 'code')) {
    case 'ENOSPC':
    case 'EDQUOT':
    case PG_DISK_FULL:
      return `磁盘空间不足${path && `（${path}）`}，请清理磁盘或用 DATA_DIR 指定其他位置后重新启动。`
    case 'EACCES':
    case 'EPERM':
      if (detail(error, 'syscall') === 'listen')
        return `没有权限使用端口 ${port}，请用 PORT 指定 1024 以上的端口。`
      return `没有权限访问 ${path || '所需的文件'}，请调整其权限，或用 DATA_DIR 指定可写的文件夹。`
    case 'EROFS':
      return `${path || '数据文件夹'} 位于只读文件系统，请用 DATA_DIR 指定可写的文件夹。`
    case 'EADDRINUSE':
      return `端口 ${port} 已被占用，请停止占用它的程序，或用 PORT 指定其他端口。`
    case 'EADDRNOTAVAIL':
      return 'HOST 所给的地址不属于本机，请改为本机地址或 127.0.0.1。'
    default:
      return undefined
  }
}
