/** The map of results: Leaflet is loaded only here, tiles only if the operator chose a source. */

const WAIT_MS = 150;
const SMALLEST = 6;
const LARGEST = 34;
// Tile servers ask who uses them; they are told the site, never which page or area is looked at.
const REFERRER = "origin";

/** Draw the map inside `frame`, whose data attributes say what and where. */
export function start(frame) {
  const script = document.createElement("script");
  script.src = frame.dataset.script;
  script.addEventListener("load", () => draw(frame, window.L));
  document.head.append(script);
}

function draw(frame, L) {
  const words = frame.dataset;
  const map = L.map(frame, { preferCanvas: false, zoomControl: false, attributionControl: true });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.wordIn, zoomOutTitle: words.wordOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  for (const layer of frame.querySelectorAll("[data-tile]")) {
    L.tileLayer(layer.dataset.tile, {
      attribution: layer.dataset.credit,
      maxZoom: Number(layer.dataset.max),
      referrerPolicy: REFERRER,
    }).addTo(map);
  }
  for (const area of frame.querySelectorAll("[data-name]")) name(L, area).addTo(map);
  const points = L.layerGroup().addTo(map);
  let waiting = 0;
  map.on("moveend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => load(frame, L, map, points), WAIT_MS);
  });
  map.fitBounds(
    [
      [Number(words.south), Number(words.west)],
      [Number(words.north), Number(words.east)],
    ],
    { padding: [24, 24], maxZoom: 16 },
  );
}

async function load(frame, L, map, points) {
  const box = map.getBounds().pad(0.05);
  const query = new URLSearchParams({
    west: box.getWest(),
    south: box.getSouth(),
    east: box.getEast(),
    north: box.getNorth(),
    area: frame.dataset.area,
    outcome: frame.dataset.outcome,
  });
  const found = await ask(`${frame.dataset.points}?${query}`);
  document.getElementById("map-trouble").hidden = found !== null;
  if (found === null) return;
  const { cells } = found;
  const most = Math.max(1, ...cells.map((cell) => cell.count));
  points.clearLayers();
  for (const cell of cells) points.addLayer(mark(frame, L, cell, most));
}

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** An area's name stands on the map, so that it can be read without tiles. */
function name(L, area) {
  const content = document.createElement("span");
  content.textContent = area.dataset.name;
  const place = [Number(area.dataset.lat), Number(area.dataset.lon)];
  return L.tooltip(place, { content, permanent: true, direction: "center", offset: [0, -26], opacity: 1 });
}

function mark(frame, L, cell, most) {
  const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt((cell.count - 1) / Math.max(most - 1, 1));
  const className = cell.far > 0 && cell.far * 2 >= cell.count ? "map-far" : "map-good";
  const circle = L.circleMarker([cell.lat, cell.lon], { radius, className, weight: 1.5, fillOpacity: 0.75 });
  return circle.bindPopup(() => popup(frame.dataset, cell));
}

function popup(words, cell) {
  const box = document.createElement("div");
  const line = document.createElement("p");
  line.textContent = `${words.wordCount} ${cell.count} · ${words.wordFar} ${cell.far}`;
  box.append(line);
  if (cell.result_id) {
    const link = document.createElement("a");
    link.href = words.case + cell.result_id;
    link.textContent = words.wordOpen;
    box.append(link);
  }
  return box;
}
