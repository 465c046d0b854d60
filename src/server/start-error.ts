/** A reason not to start, told to the person at the terminal as one Chinese line without a stack. */
export class StartError extends Error {
  override name = 'StartError'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error ? String(error.path) : ''
}

/**
 * The one line for a failure that its reader can mend (full disk, missing right, port in use), or
 * undefined for a fault of ours, which keeps its stack.
 */
export function startLine(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message
  const code = codeOf(error)
  const path = pathOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `磁盘空间不足${path && `(${path})`}，请清理磁盘或用 DATA_DIR 指定其他位置后重新启动。`
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `没有权限访问 ${path || '所需的文件'}，请调整其权限，或用 DATA_DIR 指定可写的文件夹。`
  }
  if (code === 'EROFS') return `${path || '数据文件夹'} 位于只读文件系统，请用 DATA_DIR 指定可写的文件夹。`
  if (code === 'EADDRINUSE') {
    const port = error instanceof Error && 'port' in error ? String(error.port) : ''
    return `端口 ${port} 已被占用，请停止占用它的程序，或用 PORT 指定其他端口。`
  }
  if (code === 'EADDRNOTAVAIL') return 'HOST 所给的地址不属于本机，请改为本机地址或 127.0.0.1。'
  return undefined
}
