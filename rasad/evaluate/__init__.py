"""Judging methods: other tools' rules beside Rasad's own."""
