/** RFC 5646, section 4.4.1: room for 35 characters holds every tag that is in use. */
const MAX_LANGUAGE_TAG = 35;

const LANGUAGE_TAG = /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i;

/**
 * Whether a text has the form of a BCP 47 language tag (`en-US`, `cmn-Hans-CN`, `es-419`). Which languages a provider
 * speaks is the provider's to know.
 */
export function isLanguageTag(text: string): boolean {
  return text.length <= MAX_LANGUAGE_TAG && LANGUAGE_TAG.test(text);
}

/** Longer than any name of a voice that is known, and short enough for every request. */
const MAX_VOICE_NAME = 128;

const VOICE_NAME = /^[A-Za-z0-9](?:[\w .:()@+-]*[\w)+])?$/;

/**
 * Whether a text can be the name of a voice: letters, digits, spaces and `. _ - : ( ) @ +`, with a letter
 * or digit first and no space or punctuation last. Names are made of parts like engine, model and voice, so there is no one form.
 */
export function isVoiceName(text: string): boolean {
  return text.length <= MAX_VOICE_NAME && VOICE_NAME.test(text);
}
