/** A file that is not taken; the message is the words for the user: what is wrong with it and what to do. */
export class BadFile extends Error {}
