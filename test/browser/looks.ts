// What a person would complain about in a page, whatever it says: text that cannot be told from its
// ground, a page wider than the telephone, buttons too small for a thumb, no heading or title. As a
// text, because it runs in the page (also in one that may run no script of its own).

/** Least contrast of normal text (WCAG 2.2, 1.4.3), and of a thumb's target (44 CSS pixels). */
export const LOOKS = `(() => {
  const faults = [];
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const isShown = (element) => element.getClientRects().length > 0;
  for (const element of document.body.querySelectorAll("*")) {
    const texts = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim() !== "");
    if (texts.length === 0 || !isShown(element) || element.tagName === "SCRIPT") continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(groundOf(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push("contrast " + ratio.toFixed(1) + ": " + texts[0].data.trim());
  }
  for (const element of document.querySelectorAll("button, .button")) {
    const { height, width } = element.getBoundingClientRect();
    if (height < 44 || width < 44) faults.push("small target: " + element.textContent);
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push("scrolls sideways: " + scrollWidth + " > " + innerWidth);
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.title === "") faults.push("no title");
  if (document.documentElement.lang === "") faults.push("no language");
  return faults;
})()`;

/** The brightness of the page's ground, from 0 (black) to 1. */
export const GROUND = `(() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
})()`;
