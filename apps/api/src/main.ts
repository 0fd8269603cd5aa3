import 'reflect-metadata';
import { runController } from './controller-process.js';

await runController();
