//! SmolLM2-135M-Instruct, the model the application ships: known tokens, known losses, and learning.
