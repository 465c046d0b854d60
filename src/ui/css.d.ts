declare module '*.css' {
  const classes: Readonly<Record<string, string>>
  // oxlint-disable-next-line import/no-default-export -- Vite gives the class names of a *.module.css so
  export default classes
}
