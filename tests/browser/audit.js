// What a reader of a page stumbles over, counted in the page itself: (names of what is allowed) => counts with places.
() => {
  const seen = one => { const b = one.getBoundingClientRect(); return b.width > 0 && b.height > 0 && getComputedStyle(one).visibility !== 'hidden'; };
  const name = one => (one.closest('section,[id]')?.id || '') + ': ' + one.textContent.trim().slice(0, 60);
  document.querySelectorAll('details').forEach(one => { one.open = true; });

  // Text of neighbouring cells closer than 8 px, line by line.
  const lines = cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return [...range.getClientRects()].filter(box => box.width > 0 && box.height > 0);
  };
  const touching = [];
  for (const row of document.querySelectorAll('table tr')) {
    const cells = [...row.children].filter(seen);
    for (let i = 1; i < cells.length; i++) {
      const left = lines(cells[i - 1]), right = lines(cells[i]);
      const near = left.some(a => right.some(b => a.top < b.bottom - 1 && b.top < a.bottom - 1 && b.left >= a.left && b.left - a.right < 8));
      if (near) touching.push(name(row) + ' | ' + cells[i - 1].textContent.slice(0, 20) + ' | ' + cells[i].textContent.slice(0, 20));
    }
  }

  // Boxes wider than they show, without a cue that more is there.
  const cut = [];
  for (const one of document.querySelectorAll('body *')) {
    if (!seen(one)) continue;
    const style = getComputedStyle(one);
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && style.overflowX !== 'visible') {
      const cue = style.backgroundImage !== 'none' || style.textOverflow === 'ellipsis' || style.maskImage !== 'none';
      if (!cue) cut.push(name(one));
    }
  }

  // Columns of text squeezed to a few characters a line.
  const squeezed = [...document.querySelectorAll('td,th')].filter(seen).filter(one => {
    const box = one.getBoundingClientRect();
    return box.height > 140 && box.width < 90;
  }).map(name);

  // Texts of a chart that lie on one another, or leave it.
  const overlaps = [];
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')].map(one => ({ text: one.textContent, box: one.getBoundingClientRect() })).filter(one => one.box.width);
    texts.forEach((a, i) => {
      if (a.box.right > frame.right + 2 || a.box.left < frame.left - 2) overlaps.push('outside: ' + a.text);
      texts.slice(i + 1).forEach(b => {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 1.5 && high > 2.5) overlaps.push(a.text + ' / ' + b.text);
      });
    });
  }

  const anchors = new Set([...document.querySelectorAll('[id]')].map(one => one.id));
  const links = [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'));
  const dead = links.filter(to => to.startsWith('#') && !anchors.has(decodeURIComponent(to.slice(1))));
  const outward = links.filter(to => !to.startsWith('#'));
  return { touching, cut, squeezed, overlaps, dead, outward, sideways: document.documentElement.scrollWidth - innerWidth,
           small: [...document.querySelectorAll('body *')].filter(seen).filter(one => [...one.childNodes].some(c => c.nodeType === 3 && c.textContent.trim())).filter(one => one.closest('svg') === null && parseFloat(getComputedStyle(one).fontSize) < 11).map(name),
           text: document.body.innerText };
}
