/* Charts as they were drawn when the page was made, packed until somebody looks at them. */

const DRAWN = new Map();

/** The drawing of a chart in the reader's language, as a new element. */
async function drawing(id) {
  const key = `${reader.language} ${id}`;
  if (!DRAWN.has(key)) {
    const packed = Uint8Array.from(atob(DATA.drawings[reader.language][id]), (one) => one.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const text = await new Response(stream).text();
    DRAWN.set(key, new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  }
  return document.importNode(DRAWN.get(key), true);
}

/** Scrolls a box so that a shape in it is in the middle. */
function centre(box, shape) {
  if (!shape) return;
  const [around, inner] = [box.getBoundingClientRect(), shape.getBoundingClientRect()];
  box.scrollLeft += inner.left + inner.width / 2 - around.left - around.width / 2;
  box.scrollTop += inner.top + inner.height / 2 - around.top - around.height / 2;
}
