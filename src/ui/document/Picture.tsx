import { useState } from 'react'
import { scaleOf, turnedSize, type Size, type Turn, type Zoom } from './zoom.ts'
import s from './document.module.css'

/** A picture at the chosen size; `onSize` is told its own size once it is there. */
export function Picture({
  url,
  name,
  size,
  zoom,
  turn,
  room,
  onSize,
  onFailed,
}: {
  url: string
  name: string
  size: Size | undefined
  zoom: Zoom
  turn: Turn
  room: Size
  onSize: (size: Size) => void
  onFailed: () => void
}) {
  const [loaded, setLoaded] = useState(false)
  const shown = size === undefined ? undefined : turnedSize(size, turn)
  const scale = shown === undefined ? 1 : scaleOf(zoom, shown, room)
  return (
    <div
      className={s['picture']}
      style={shown === undefined ? undefined : { width: shown.width * scale, height: shown.height * scale }}
    >
      <img
        src={url}
        alt={name}
        draggable={false}
        hidden={!loaded}
        style={
          size === undefined
            ? undefined
            : {
                width: size.width * scale,
                height: size.height * scale,
                transform: `translate(-50%, -50%) rotate(${turn}deg)`,
              }
        }
        onLoad={(event) => {
          setLoaded(true)
          onSize({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })
        }}
        onError={onFailed}
      />
    </div>
  )
}
