// The newest 50 tracks, the same columns from the site's own database: `node page.mjs DATABASE PORT`.
import Database from "better-sqlite3";
import express from "express";
import { fileURLToPath } from "node:url";

const [path, port] = process.argv.slice(2);
const PAGE = 50;
const database = new Database(path, { readonly: true });
const newest = database.prepare(`
  SELECT tracks.id, public_id, title, artist, seconds, users.name AS owner_name
  FROM tracks JOIN users ON users.id = tracks.owner_id
  WHERE tracks.deleted_at IS NULL ORDER BY tracks.id DESC LIMIT ?`);

const duration = (seconds) => {
  const rest = Math.round(seconds);
  return `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
};

express()
  .set("view engine", "ejs")
  .set("views", fileURLToPath(new URL("views", import.meta.url)))
  .get("/tracks", (request, response) => {
    const rows = newest.all(PAGE + 1);
    const tracks = rows.slice(0, PAGE);
    const after = rows.length > PAGE ? tracks.at(-1).id : null;
    response.render("tracks", { tracks, after, duration });
  })
  .listen(Number(port), "127.0.0.1");
