// An upload as the first version took it, to a folder: `node upload.mjs FOLDER PORT`.
import express from "express";
import multer from "multer";

const [folder, port] = process.argv.slice(2);
const upload = multer({ dest: folder });

express()
  .post("/tracks", upload.single("track"), (request, response) => {
    response.status(201).json({ file: request.file.filename, size: request.file.size });
  })
  .listen(Number(port), "127.0.0.1");
