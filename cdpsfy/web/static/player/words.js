// Sentences of the page's language, with places for what they are about.

// Returns "Next: Nana" for fill("Next: {title}", { title: "Nana" }).
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
