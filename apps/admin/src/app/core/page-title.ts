import { inject, Injectable } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { TitleStrategy, type RouterStateSnapshot } from '@angular/router';
import { CORE_TEXTS } from './core.texts';

/** "Organizations · Moolai Controller": the page first, so that narrow tabs are distinguishable. */
@Injectable()
export class PageTitleStrategy extends TitleStrategy {
  private readonly title = inject(Title);

  override updateTitle(snapshot: RouterStateSnapshot): void {
    const page = this.buildTitle(snapshot);
    this.title.setTitle(page ? CORE_TEXTS.pageTitle(page) : CORE_TEXTS.product);
  }
}
