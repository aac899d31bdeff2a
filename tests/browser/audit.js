// What a reader of a page stumbles over, found in the page itself: lists of places, and the text as it is read.
() => {
  const seen = one => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== 'hidden' && !one.closest('.sb-kpis thead');
  };
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
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1 && style.overflowX !== 'visible') {
      const cue = style.backgroundImage !== 'none' || style.textOverflow === 'ellipsis' || style.maskImage !== 'none';
      if (!cue) cut.push(name(one));
    }
  }

  // Columns of text squeezed to a few characters a line.
  const squeezed = [...document.querySelectorAll('td,th')].filter(seen).filter(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect();
    return box.height > 120 && box.width < 80;
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
  const words = one => [...one.childNodes].some(part => part.nodeType === 3 && part.textContent.trim());
  const small = [...document.querySelectorAll('body *')].filter(seen).filter(words)
    .filter(one => !one.closest('svg') && parseFloat(getComputedStyle(one).fontSize) < 11).map(name);
  const sideways = document.documentElement.scrollWidth > innerWidth ? [String(document.documentElement.scrollWidth)] : [];
  return { touching, cut, squeezed, overlaps, dead, small, sideways,
           outward: links.filter(to => !to.startsWith('#')), text: document.body.innerText };
}
