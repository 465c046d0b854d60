/** Bytes that can be read at any position: a file on disk, or a buffer. */
export interface Bytes {
  readonly size: number
  /** The bytes from `position` on, `length` of them or as many as there are. */
  read(position: number, length: number): Promise<Buffer>
}

export function bytesOf(buffer: Uint8Array): Bytes {
  const whole = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  return {
    size: whole.length,
    read: async (position, length) => whole.subarray(position, position + length),
  }
}

const windowBytes = 16 * 1024

/** Reads forward through `Bytes` in windows, so that neither memory nor the event loop feels a large file. */
export class Cursor {
  readonly #bytes: Bytes
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  position: number

  constructor(bytes: Bytes, position = 0) {
    this.#bytes = bytes
    this.position = position
  }

  /** The next `length` bytes (at most a window), fewer at the end; the position moves past them. */
  async take(length: number): Promise<Buffer> {
    const view = await this.#view(length)
    const taken = view.subarray(0, length)
    this.position += taken.length
    return taken
  }

  /** Moves behind the next pair of bytes that begins with `first`, and answers its second; nothing at the end. */
  async seekPair(first: number, accepts: (second: number) => boolean): Promise<number | undefined> {
    for (;;) {
      const view = await this.#view(2)
      if (view.length < 2) return undefined
      let at = view.indexOf(first)
      for (; at >= 0 && at + 1 < view.length; at = view.indexOf(first, at + 1)) {
        const second = view[at + 1]
        if (second === undefined || !accepts(second)) continue
        this.position += at + 2
        return second
      }
      // A pair may lie across the end of the window: its first byte is looked at again.
      this.position += view.length - 1
    }
  }

  async #view(length: number): Promise<Buffer> {
    const start = this.position - this.#windowStart
    if (start >= 0 && start + length <= this.#window.length) return this.#window.subarray(start)
    this.#window = await this.#bytes.read(this.position, Math.max(windowBytes, length))
    this.#windowStart = this.position
    return this.#window
  }
}
