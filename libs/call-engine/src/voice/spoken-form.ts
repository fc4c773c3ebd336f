/** Pictures, with the marks that join and colour them. */
const PICTURES = /\p{Extended_Pictographic}(?:[\u{FE0F}\u{200D}\u{1F3FB}-\u{1F3FF}]|\p{Extended_Pictographic})*|[\u{1F1E6}-\u{1F1FF}\u{FE0F}\u{200D}\u{20E3}]+/gu;
/** Tags, and directives in double brackets, which are for whoever speaks and not for the ear. */
const MARKUP = /<[^<>]*>|\[\[[^\]]*\]\]/g;
const SOUNDED = /[\p{L}\p{N}]/u;

/** What of a text is spoken: without pictures. Empty where nothing but pictures, markup and punctuation is in it. */
export function spokenForm(text: string): string {
  const spoken = text.replace(PICTURES, "").replace(/[ \t]{2,}/g, " ").trim();
  return SOUNDED.test(spoken.replace(MARKUP, "")) ? spoken : "";
}

/** Where a long text may be cut, the best place first: behind a sentence, behind a part of one, between words. */
const CUTS = [/[.!?…。！？]["'”’)\]]*\s*/gu, /[,;:、，；：–—]\s*/gu, /\s+/gu];

/** A text in parts of at most `maxCharacters` UTF-16 units each, cut where it disturbs least. Nothing is lost but spaces at a cut. */
export function splitText(text: string, maxCharacters = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > maxCharacters) {
    const end = cutWithin(rest, Math.max(1, Math.floor(maxCharacters)));
    parts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...parts, rest].filter((part) => part !== "");
}

function cutWithin(text: string, most: number): number {
  const head = text.slice(0, most);
  for (const cut of CUTS) {
    let end = 0;
    for (const { 0: found, index } of head.matchAll(cut)) end = index + found.length;
    // A cut near the beginning would make many small parts, each of which costs a request.
    if (end >= most / 2) return end;
  }
  // Between the halves of a surrogate pair is no cut.
  const last = head.charCodeAt(most - 1);
  return last >= 0xd800 && last <= 0xdbff && most > 1 ? most - 1 : most;
}
