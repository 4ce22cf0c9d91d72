// Makes src/OrleansStream.Web/wwwroot/pages/world.svg from Natural Earth's land: npm install && node build.mjs. The projection is that of Components/Fraud/WorldProjection.cs.
import { readFileSync, writeFileSync } from 'node:fs';
import { feature } from 'topojson-client';
import { geoNaturalEarth1, geoPath } from 'd3-geo';

const atlas = JSON.parse(readFileSync(new URL('node_modules/world-atlas/land-110m.json', import.meta.url)));
const land = feature(atlas, atlas.objects.land);
const inhabited = ring => ring.some(([, lat]) => lat > -60);
const polygons = land.features.flatMap(f => f.geometry.coordinates).filter(p => inhabited(p[0]));
const projection = geoNaturalEarth1().scale(1000 / (2 * 0.8707 * Math.PI)).translate([500, 260]).precision(0.3);
const path = geoPath(projection).digits(1)({ type: 'MultiPolygon', coordinates: polygons });
writeFileSync(
  new URL('../../src/OrleansStream.Web/wwwroot/pages/world.svg', import.meta.url),
  `<!-- Land of Natural Earth (public domain), 1:110m, by world-atlas 2.0.2 (ISC, see world.LICENSE.txt); made by eng/worldmap. -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 8 1000 432"><path d="${path}"/></svg>
`);
