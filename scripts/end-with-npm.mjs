const LOOK_MS = 200

/**
 * Ends this process by SIGTERM when npm goes away. npm runs scripts through a shell, and where that is dash a
 * SIGTERM to npm ends npm and the shell, and leaves the script behind.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  timer.unref()
}
