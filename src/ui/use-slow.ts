import { useEffect, useState } from 'react'

/** True once `waiting` has lasted longer than a person notices: shorter waits show nothing. */
export function useSlow(waiting: boolean, milliseconds = 300): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!waiting) return
    const timer = setTimeout(() => setSlow(true), milliseconds)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [waiting, milliseconds])
  return slow
}
