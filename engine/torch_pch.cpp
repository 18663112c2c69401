// Owns the precompiled header that every LibTorch floor reuses.
