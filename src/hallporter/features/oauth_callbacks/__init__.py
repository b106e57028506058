"""OAuth callbacks: browsers that come back from providers, and what their visits were for."""
