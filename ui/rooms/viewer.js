// A unit cell on a canvas: spheres, bonds and the cell's edges, sorted by depth. Drag, wheel, keys.
(() => {
  const canvas = document.querySelector("canvas"), pen = canvas.getContext("2d");
  const { atoms, bonds, corners } = JSON.parse(document.getElementById("crystal").textContent);
  const edges = [];
  for (let i = 0; i < 8; i++) for (const bit of [1, 2, 4]) if (!(i & bit)) edges.push([i, i | bit]);
  const reach = 0.9 + Math.max(...[...atoms.map((a) => [a.x, a.y, a.z]), ...corners]
    .map((p) => Math.hypot(...p)));
  const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const start = () => ({ turn: 0.44, tip: 0.21, zoom: 1 });
  let view = start(), drawn = false, spinning = false, last = 0;

  function turned([x, y, z]) {  // c upright, as in `crystal.py`
    [x, y, z] = [x, z, -y];
    const { turn, tip } = view, c = Math.cos(turn), s = Math.sin(turn);
    [x, z] = [x * c + z * s, z * c - x * s];
    return [x, y * Math.cos(tip) - z * Math.sin(tip), y * Math.sin(tip) + z * Math.cos(tip)];
  }

  function draw() {
    drawn = false;
    const ratio = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    if (canvas.width !== w * ratio || canvas.height !== h * ratio) {
      canvas.width = w * ratio; canvas.height = h * ratio;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, w, h);
    const eye = 5 * reach, scale = (Math.min(w / 2.15, h / 1.75) / reach) * view.zoom;
    const place = (p) => {
      const near = eye / (eye - p[2]);
      return [w / 2 + p[0] * scale * near, h / 2 - p[1] * scale * near, near];
    };
    const spots = atoms.map((a) => turned([a.x, a.y, a.z]));
    const ends = corners.map(turned), parts = [];
    const line = (p, q, colour, width) => parts.push([(p[2] + q[2]) / 2 - 0.01, () => {
      const [x1, y1] = place(p), [x2, y2] = place(q);
      pen.strokeStyle = colour; pen.lineWidth = width; pen.lineCap = "round";
      pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke();
    }]);
    for (const [i, j] of edges) line(ends[i], ends[j], dark() ? "#8b939c" : "#6f757c", 1.1);
    for (const [i, j] of bonds) {
      const p = spots[i], q = spots[j], mid = p.map((value, n) => (value + q[n]) / 2);
      const width = Math.max(2, 0.16 * scale);
      line(p, mid, atoms[i].colour, width); line(mid, q, atoms[j].colour, width);
    }
    spots.forEach((p, n) => parts.push([p[2], () => {
      const [x, y, near] = place(p), r = atoms[n].radius * scale * near;
      const light = pen.createRadialGradient(x - r * 0.35, y - r * 0.4, r * 0.1, x, y, r);
      light.addColorStop(0, "#fff"); light.addColorStop(0.28, atoms[n].colour);
      light.addColorStop(0.85, atoms[n].colour); light.addColorStop(1, "#0009");
      pen.fillStyle = light; pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fill();
    }]));
    parts.sort((one, other) => one[0] - other[0]).forEach((part) => part[1]());
    canvas.dataset.turn = view.turn.toFixed(3);
  }
  const ask = () => { if (!drawn) { drawn = true; requestAnimationFrame(draw); } };

  let held = null;
  canvas.addEventListener("pointerdown", (e) => {
    held = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener("pointermove", (e) => {
    if (!held) return;
    view.turn += (e.clientX - held[0]) / 120; view.tip += (e.clientY - held[1]) / 120;
    held = [e.clientX, e.clientY]; ask();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = null; });
  canvas.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && document.activeElement !== canvas) return;  // scrolling past is not zooming
    e.preventDefault(); zoom(Math.exp(-e.deltaY / 500));
  }, { passive: false });
  function zoom(by) { view.zoom = Math.min(6, Math.max(0.4, view.zoom * by)); ask(); }
  canvas.addEventListener("keydown", (e) => {
    const moves = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] };
    if (moves[e.key]) { view.turn += moves[e.key][0]; view.tip += moves[e.key][1]; ask(); }
    else if (e.key === "+" || e.key === "=") zoom(1.15);
    else if (e.key === "-") zoom(1 / 1.15);
    else if (e.key === "Home") { view = start(); ask(); }
    else return;
    e.preventDefault();
  });
  const spin = document.getElementById("spin");
  function step(now) {
    if (!spinning) return;
    view.turn += Math.min(50, now - last) / 1400; last = now; draw(); requestAnimationFrame(step);
  }
  spin.addEventListener("click", () => {
    spinning = !spinning; spin.setAttribute("aria-pressed", spinning);
    spin.textContent = spinning ? "Hold" : "Turn";
    last = performance.now(); requestAnimationFrame(step);
  });
  document.getElementById("reset").addEventListener("click", () => { view = start(); ask(); });
  new ResizeObserver(ask).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ask);
  ask();
})();
