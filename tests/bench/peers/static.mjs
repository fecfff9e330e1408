// The songs as the first version of CDPSfy served them: `node static.mjs FOLDER PORT`.
import express from "express";

const [folder, port] = process.argv.slice(2);

express().use(express.static(folder)).listen(Number(port), "127.0.0.1");
